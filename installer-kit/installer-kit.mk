# noren-kit and its targets
