/** What ND4J computes on: which backend, on which device, and where an array's numbers lie. */
package org.owlore.backend;
