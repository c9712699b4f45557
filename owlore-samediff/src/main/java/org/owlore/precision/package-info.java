/** Numbers of 16 bits in memory that are computed with in float32: conversion and rounding. */
package org.owlore.precision;
