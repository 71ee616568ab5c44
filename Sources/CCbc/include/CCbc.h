#ifndef CCBC_H
#define CCBC_H

#include <stdint.h>

/// A linear program, columns compressed; whatever is unbounded is +-1e30 or more.
struct ccbc_problem {
    int32_t columns;
    int32_t rows;
    /// columns + 1 starts into `row_of` and `value`.
    const int32_t *column_start;
    const int32_t *row_of;
    const double *value;
    const double *column_lower;
    const double *column_upper;
    const double *cost;
    const double *row_lower;
    const double *row_upper;
    /// Not 0 where the column must be whole; NULL for a program without such columns.
    const uint8_t *is_integer;
    /// Not 0 to maximise.
    int32_t maximises;
};

enum ccbc_status {
    CCBC_OPTIMAL = 0,
    /// A limit was met; the solution is feasible.
    CCBC_FEASIBLE = 1,
    CCBC_INFEASIBLE = 2,
    CCBC_UNBOUNDED = 3,
    /// A limit was met, or the solver gave up, before any solution was found.
    CCBC_NONE = 4,
};

/// A program without whole columns: `solution` (columns) and `duals` (rows) are written where it is optimal. A dual is
/// the change of the objective per unit of the row's bound.
enum ccbc_status ccbc_solve_linear(const struct ccbc_problem *problem, double *solution, double *duals,
                                   double *objective);

/// A program with whole columns, solved until the relative gap is `gap`, or `most_nodes` nodes or `seconds` are spent
/// (0: no limit). Threads that call it wait for one another.
enum ccbc_status ccbc_solve_integer(const struct ccbc_problem *problem, double gap, int32_t most_nodes, double seconds,
                                    double *solution, double *objective, double *bound);

#endif
