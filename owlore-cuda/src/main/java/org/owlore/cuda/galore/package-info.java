/**
 * GaLore AdamW on a device: nothing but a few scalars crosses from the host, and nothing to it.
 * Knows weights and gradients as places in memory, no model.
 */
package org.owlore.cuda.galore;
