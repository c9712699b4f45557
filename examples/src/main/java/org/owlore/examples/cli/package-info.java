/**
 * The owlore command. One class a subcommand; options that several share are mixins. Commands turn
 * options into configurations, and leave the work to the other packages.
 */
package org.owlore.examples.cli;
