package org.owlore.galore;

/** What an optimizer found where its state should be is no state that it could have written. */
public final class DamagedStateException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what is wrong.
   *
   * @param fault a sentence without its end
   */
  DamagedStateException(String fault) {
    super(fault + ": it was averaged with another, damaged, or saved by another updater");
  }

  private DamagedStateException(DamagedStateException cause, String advice) {
    super(cause.getMessage() + "; " + advice, cause);
  }

  /**
   * The same exception that says what to do, too.
   *
   * @param advice the end of the sentence
   */
  public DamagedStateException advising(String advice) {
    return new DamagedStateException(this, advice);
  }
}
