// The peer of our WMMSE: the textbook algorithm on the interference channel in plain C.
#ifndef WMMSE_H
#define WMMSE_H

/// Powers of one instance from full power; returns the iterations. `gain` is receiver by transmitter.
int wmmse_c(const double *gain, int users, double noise, double limit, double tolerance, int max_iterations,
            double *power);

#endif
