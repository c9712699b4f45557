/** Lets a model write: one token after the other, from a prompt to an end. */
package org.owlore.examples.generation;
