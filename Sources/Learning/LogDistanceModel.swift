/// Path gain of one micro-twin: log-distance regression per target cell with shadowing tracked per link.
