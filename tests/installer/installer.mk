# installer tests
