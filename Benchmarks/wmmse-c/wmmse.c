#include <math.h>
#include <string.h>

#ifndef WMMSE_NAME
#include "wmmse.h"
#define WMMSE_NAME wmmse_c
#endif

enum { max_users = 64 };

/// Interference sums run over rows of transmitters, so that the compiler can put receivers side by side.
int WMMSE_NAME(const double *gain, int users, double noise, double limit, double tolerance, int max_iterations,
               double *power) {
    double columns[max_users * max_users], rows[max_users * max_users];
    double own[max_users], b[max_users], rest[max_users];
    double a[max_users], c[max_users], slope[max_users];
    const double highest = sqrt(limit);
    if (users > max_users) return -1;
    for (int i = 0; i < users; i++)
        for (int j = 0; j < users; j++) rows[i * users + j] = columns[j * users + i] = i == j ? 0 : gain[i * users + j];
    for (int i = 0; i < users; i++) {
        own[i] = gain[i * users + i];
        b[i] = highest;
        power[i] = limit;
    }
    double rate = 0;
    for (int iteration = 0;; iteration++) {
        for (int i = 0; i < users; i++) rest[i] = noise;
        for (int j = 0; j < users; j++)
            for (int i = 0; i < users; i++) rest[i] += columns[j * users + i] * power[j];
        double product = 1, next = 0;
        for (int i = 0; i < users; i++) {
            double signal = own[i] * power[i], all = rest[i] + signal;
            a[i] = own[i] * b[i] / rest[i];
            c[i] = signal / (rest[i] * all);
            product *= all / rest[i];
            if ((i & 7) == 7) next += log2(product), product = 1;
        }
        next += log2(product);
        if (iteration > 0 && (next - rate <= tolerance || iteration >= max_iterations)) return iteration;
        rate = next;
        for (int i = 0; i < users; i++) slope[i] = c[i] * own[i];
        for (int j = 0; j < users; j++)
            for (int i = 0; i < users; i++) slope[i] += rows[j * users + i] * c[j];
        for (int i = 0; i < users; i++) {
            double value = slope[i] > 0 ? a[i] / slope[i] : 0;
            b[i] = value > highest ? highest : value;
            power[i] = b[i] * b[i];
        }
    }
}
