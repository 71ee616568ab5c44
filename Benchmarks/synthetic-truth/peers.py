"""Peers of the synthetic truth: kNN, ridge and scikit-learn's Gaussian process on what the ray tracer left.

Usage: peers.py FOLDER, after `synthetic-truth FOLDER`. Each peer learns reading - ray-traced gain from place, distance,
angle, gain and phone; its hyper-parameters are chosen by cross-validation or by the likelihood. The process gets the
phones' shrunken means; its likelihood is climbed from two starts.
"""
import csv
import os
import sys
import warnings

# One thread: 500 x 500 matrices are slower on several, and seeds take a few seconds each.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import numpy as np
from scipy.optimize import minimize
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsRegressor
from sklearn.preprocessing import StandardScaler

warnings.simplefilter("ignore", ConvergenceWarning)


def read(path):
    with open(path, encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    place = np.array([[float(r["x_m"]), float(r["y_m"])] for r in rows])
    features = np.array(
        [[float(r[c]) for c in ("x_m", "y_m", "log_distance", "angle", "ray_db")] for r in rows])
    phone = np.eye(10)[[int(r["phone"]) for r in rows]]
    ray = np.array([float(r["ray_db"]) for r in rows])
    reading = np.array([float(r["reading_db"]) for r in rows])
    return place, features, phone, ray, reading


def climb(cost, start, bounds):
    """At most 40 steps of the likelihood's maximisation."""
    found = minimize(cost, start, jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": 40})
    return found.x, found.fun


def process(x, phone, target):
    """The process of higher likelihood from a short and a long correlation, and the phones' shrunken means."""
    count = phone.sum(0)
    bias = phone.T @ (target - target.mean()) / (count + 10)
    best = None
    for scale in (0.2, 2.0):
        kernel = ConstantKernel(1.0) * Matern(np.full(x.shape[1], scale), (1e-2, 1e3), nu=0.5) + WhiteKernel(0.3)
        fitted = GaussianProcessRegressor(kernel, normalize_y=True, optimizer=climb).fit(x, target - phone @ bias)
        if best is None or fitted.log_marginal_likelihood_value_ > best.log_marginal_likelihood_value_:
            best = fitted
    return best, bias


def main(folder):
    with open(f"{folder}/ours.csv", encoding="utf-8") as file:
        ours = list(csv.DictReader(file))
    wins = 0
    table = []
    for row in ours:
        seed = row["seed"]
        place, features, phone, ray, reading = read(f"{folder}/{seed}-train.csv")
        test_place, test_features, test_phone, test_ray, test_reading = read(f"{folder}/{seed}-test.csv")
        target = reading - ray
        scaler = StandardScaler().fit(features)
        x, test_x = scaler.transform(features), scaler.transform(test_features)
        both, test_both = np.c_[x, phone], np.c_[test_x, test_phone]
        error = {}
        knn = GridSearchCV(KNeighborsRegressor(), {"n_neighbors": [1, 3, 5, 10, 20, 50]}, cv=5).fit(place, target)
        error["kNN"] = knn.predict(test_place)
        error["ridge"] = RidgeCV(np.logspace(-2, 4, 13)).fit(both, target).predict(test_both)
        gaussian, bias = process(x, phone, target)
        error["GP"] = gaussian.predict(test_x) + test_phone @ bias
        median = {k: float(np.median(np.abs(test_ray + v - test_reading))) for k, v in error.items()}
        won = float(row["ours"]) < min(median.values())
        wins += won
        table.append([float(row[k]) for k in ("uncorrected", "ours", "oracle")] + list(median.values()))
        print(seed, " ".join(f"{k} {v:.3f}" for k, v in median.items()), f"ours {row['ours']}",
              f"oracle {row['oracle']}", "won" if won else "lost", flush=True)
    mean = np.mean(table, axis=0)
    scores = [(mean[0] - value) / (mean[0] - mean[2]) for value in (mean[1], *mean[3:])]
    print(f"won {wins} of {len(ours)}; score of the mean errors: ours {scores[0]:.2f}, kNN {scores[1]:.2f}, "
          f"ridge {scores[2]:.2f}, GP {scores[3]:.2f}")


if __name__ == "__main__":
    main(sys.argv[1])
