/** Distributions over layers, draws and intervals. Knows only numbers: no graph, no arrays. */
package org.owlore.sampling;
