/** Models in files of any format that can be trained: how they are read and written back. */
package org.owlore.examples.model;
