/** Whether a device computes what the CPU and PyTorch compute, how fast, and in how much memory. */
package org.owlore.examples.benchmark.device;
