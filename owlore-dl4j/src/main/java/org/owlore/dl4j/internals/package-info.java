/**
 * All that touches what DL4J keeps to itself, by reflection. A test for each piece fails when a new
 * release of DL4J changes it.
 */
package org.owlore.dl4j.internals;
