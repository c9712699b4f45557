/** Shows how far a long job has come: a bar on a terminal, plain lines elsewhere. */
package org.owlore.examples.progress;
