/** What remains of a run: a log line for each step, and pictures. */
package org.owlore.examples.report;
