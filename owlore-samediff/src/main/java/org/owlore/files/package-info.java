/** Files of weights are written as a whole or not at all, and say in one sentence what is wrong. */
package org.owlore.files;
