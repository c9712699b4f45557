/**
 * Makes language models of SameDiff graphs that others built: finds what they read and compute,
 * makes their weights trainable and adds a loss.
 */
package org.owlore.graph.imported;
