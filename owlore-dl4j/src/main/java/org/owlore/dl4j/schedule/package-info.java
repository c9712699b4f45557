/** When which block trains, how long it has trained, and what a restarted run must know of it. */
package org.owlore.dl4j.schedule;
