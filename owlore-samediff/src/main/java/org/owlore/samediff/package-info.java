/** SameDiff's own files, as {@code SameDiff.save} writes them. */
package org.owlore.samediff;
