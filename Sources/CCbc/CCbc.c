#include "CCbc.h"

#include <coin/Cbc_C_Interface.h>
#include <coin/Clp_C_Interface.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum ccbc_status ccbc_solve_linear(const struct ccbc_problem *problem, double *solution, double *duals,
                                   double *objective) {
    Clp_Simplex *model = Clp_newModel();
    if (!model) return CCBC_NONE;
    Clp_setLogLevel(model, 0);
    Clp_loadProblem(model, problem->columns, problem->rows, problem->column_start, problem->row_of, problem->value,
                    problem->column_lower, problem->column_upper, problem->cost, problem->row_lower,
                    problem->row_upper);
    Clp_setOptimizationDirection(model, problem->maximises ? -1 : 1);
    Clp_dual(model, 0);
    int status = Clp_status(model);
    if (status == 0) {
        memcpy(solution, Clp_primalColumnSolution(model), sizeof(double) * (size_t)problem->columns);
        memcpy(duals, Clp_dualRowSolution(model), sizeof(double) * (size_t)problem->rows);
        *objective = Clp_objectiveValue(model);
    }
    Clp_deleteModel(model);
    switch (status) {
        case 0: return CCBC_OPTIMAL;
        case 1: return CCBC_INFEASIBLE;
        case 2: return CCBC_UNBOUNDED;
        default: return CCBC_NONE;
    }
}

static void set_limits(Cbc_Model *model, double gap, int32_t most_nodes, double seconds) {
    char text[64];
    Cbc_setLogLevel(model, 0);
    snprintf(text, sizeof text, "%.17g", gap);
    Cbc_setParameter(model, "ratioGap", text);
    Cbc_setParameter(model, "allowableGap", "0");
    // By default a solution has to be better than the last by 1e-5, in the units of the costs.
    Cbc_setParameter(model, "increment", "1e-12");
    if (most_nodes > 0) {
        snprintf(text, sizeof text, "%d", most_nodes);
        Cbc_setParameter(model, "maxNodes", text);
    }
    if (seconds > 0) {
        snprintf(text, sizeof text, "%.17g", seconds);
        Cbc_setParameter(model, "timeMode", "elapsed");
        Cbc_setParameter(model, "sec", text);
    }
}

static enum ccbc_status solve_integer(const struct ccbc_problem *problem, double gap, int32_t most_nodes,
                                      double seconds, double *solution, double *objective, double *bound) {
    Cbc_Model *model = Cbc_newModel();
    if (!model) return CCBC_NONE;
    Cbc_loadProblem(model, problem->columns, problem->rows, problem->column_start, problem->row_of, problem->value,
                    problem->column_lower, problem->column_upper, problem->cost, problem->row_lower,
                    problem->row_upper);
    Cbc_setObjSense(model, problem->maximises ? -1 : 1);
    for (int32_t i = 0; problem->is_integer && i < problem->columns; i++)
        if (problem->is_integer[i]) Cbc_setInteger(model, i);
    set_limits(model, gap, most_nodes, seconds);
    Cbc_solve(model);
    enum ccbc_status status = CCBC_NONE;
    if (Cbc_isProvenInfeasible(model) || Cbc_isInitialSolveProvenPrimalInfeasible(model)) {
        status = CCBC_INFEASIBLE;
    } else if (Cbc_isContinuousUnbounded(model)) {
        status = CCBC_UNBOUNDED;
    } else if (Cbc_bestSolution(model)) {
        status = Cbc_isProvenOptimal(model) ? CCBC_OPTIMAL : CCBC_FEASIBLE;
        memcpy(solution, Cbc_bestSolution(model), sizeof(double) * (size_t)problem->columns);
        *objective = Cbc_getObjValue(model);
        *bound = Cbc_getBestPossibleObjValue(model);
    }
    Cbc_deleteModel(model);
    return status;
}

/// CBC reads the parameters of a solution through variables that all its models share: one at a time.
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

enum ccbc_status ccbc_solve_integer(const struct ccbc_problem *problem, double gap, int32_t most_nodes, double seconds,
                                    double *solution, double *objective, double *bound) {
    pthread_mutex_lock(&one_at_a_time);
    enum ccbc_status status = solve_integer(problem, gap, most_nodes, seconds, solution, objective, bound);
    pthread_mutex_unlock(&one_at_a_time);
    return status;
}
