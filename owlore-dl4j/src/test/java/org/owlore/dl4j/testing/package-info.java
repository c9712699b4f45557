/** Networks and data for tests. */
package org.owlore.dl4j.testing;
