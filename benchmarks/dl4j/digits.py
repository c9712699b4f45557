"""Writes scikit-learn's digits (1,797 handwritten digits of 8 x 8 pixels) as a CSV file.

    python -m venv venv && venv/bin/pip install scikit-learn==1.9.1
    venv/bin/python digits.py digits.csv

Each line is a digit: 0 to 9, then 64 pixels from 0 to 16.
"""

import csv
import sys

from sklearn.datasets import load_digits

digits = load_digits()
with open(sys.argv[1], "w", newline="") as file:
    lines = csv.writer(file)
    for label, pixels in zip(digits.target, digits.data):
        lines.writerow([int(label), *(int(pixel) for pixel in pixels)])
