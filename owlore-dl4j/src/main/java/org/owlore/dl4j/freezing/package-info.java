/**
 * Lets layers of a network rest for an iteration: no gradient of theirs is computed where DL4J lets
 * us, nothing is updated, and nothing of it stays in the network.
 */
package org.owlore.dl4j.freezing;
