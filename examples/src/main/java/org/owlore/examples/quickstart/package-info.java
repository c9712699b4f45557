/**
 * The whole job on an embedded default: a small Llama that was pretrained on stories learns to
 * answer questions about them.
 */
package org.owlore.examples.quickstart;
