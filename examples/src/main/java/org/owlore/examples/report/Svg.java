package org.owlore.examples.report;

import java.util.Locale;

/**
 * Pieces of SVG pictures. Pictures are SVG because drawing text into pixels needs fonts, which a
 * machine with nothing but a JDK may not have.
 */
final class Svg {
  private Svg() {}

  /** A whole picture on white. */
  static String picture(int width, int height, String title, String content) {
    return format(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" font-family="sans-serif" font-size="13">
        <rect width="%1$d" height="%2$d" fill="white"/>
        <text x="20" y="28" font-size="17">%3$s</text>
        %4$s</svg>
        """,
        width, height, escaped(title), content);
  }

  /** A line of text; the anchor is start, middle or end. */
  static String text(double x, double y, String anchor, String text) {
    return format(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, escaped(text));
  }

  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
