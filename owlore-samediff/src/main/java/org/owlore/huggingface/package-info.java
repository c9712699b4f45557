/** Hugging Face checkpoints: safetensors, config.json, and the Llama family as SameDiff graphs. */
package org.owlore.huggingface;
