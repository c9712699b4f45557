/** What each of ND4J's operations means, element by element. */
package org.owlore.cuda.lowering.operations;
