/** Which layers of a network are sampled together, and which always or never train. */
package org.owlore.dl4j.blocks;
