/** What OwLore does for Deeplearning4j networks, measured: state, time, and accuracy. */
package org.owlore.examples.networks;
