/**
 * How much each layer matters: outlier ratio (OWS), block influence, relative magnitude, weight
 * norm, Hill alpha.
 */
package org.owlore.scoring;
