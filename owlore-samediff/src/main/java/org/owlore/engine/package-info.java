/**
 * A SameDiff graph lowered to a flat list of steps with known shapes and lifetimes, and its
 * executor.
 */
package org.owlore.engine;
