# management calls
