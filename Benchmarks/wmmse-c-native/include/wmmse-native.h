// The same peer, built for the processor that builds it.
#ifndef WMMSE_NATIVE_H
#define WMMSE_NATIVE_H

int wmmse_c_native(const double *gain, int users, double noise, double limit, double tolerance, int max_iterations,
                   double *power);

#endif
