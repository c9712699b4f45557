/**
 * A DL4J network on calibration data, as the metrics of {@code org.owlore.scoring} see it: which of
 * its parameters are linear weights, and what they multiply.
 */
package org.owlore.dl4j.calibration;
