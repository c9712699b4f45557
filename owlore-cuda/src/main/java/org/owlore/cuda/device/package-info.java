/** What a device can do: hold memory, run kernels and matrix products. */
package org.owlore.cuda.device;
