/** A device without hardware: interprets kernels on the host, and says where they go wrong. */
package org.owlore.cuda.testing;
