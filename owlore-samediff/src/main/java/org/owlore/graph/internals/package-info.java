/**
 * Everything that leans on undocumented behaviour of SameDiff 1.0.0-M2.1: reflection, registries,
 * repaired operations. Each class has a test that fails when a new release changes what it leans
 * on.
 */
package org.owlore.graph.internals;
