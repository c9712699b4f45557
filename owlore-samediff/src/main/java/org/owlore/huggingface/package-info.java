/** Hugging Face checkpoints: config.json, weights, and the Llama family as SameDiff graphs. */
package org.owlore.huggingface;
