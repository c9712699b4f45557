/**
 * How to add OwLore to a program that trains a Deeplearning4j network: two lines, marked OwLore.
 */
package org.owlore.examples.dl4j;
