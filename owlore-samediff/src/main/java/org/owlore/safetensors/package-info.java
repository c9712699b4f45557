/** Reads and writes safetensors files, bit by bit where numbers keep their type. */
package org.owlore.safetensors;
