# brand pack: loader, checker, compiler
