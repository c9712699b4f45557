package org.owlore.examples.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import lombok.NonNull;
import org.owlore.finetune.Method;

/**
 * What a run of the step benchmark has found.
 *
 * @param laps every step, in the order they were made
 */
public record StepResult(@NonNull List<Lap> laps) {

  /**
   * Who made steps with a method.
   *
   * @param method the method
   * @param contender the name
   */
  public record Entrant(@NonNull Method method, @NonNull String contender) {}

  /**
   * Steps of two compared within each round.
   *
   * @param over whose steps are divided
   * @param under by whose
   * @param spread of the ratios
   */
  public record Ratio(@NonNull Entrant over, @NonNull Entrant under, @NonNull Spread spread) {}

  /** Copies the list. */
  public StepResult {
    laps = List.copyOf(laps);
  }

  /** Milliseconds of ordinary steps, in the order the entrants first appeared. */
  public Map<Entrant, Spread> times() {
    Map<Entrant, Spread> times = new LinkedHashMap<>();
    laps.stream()
        .map(lap -> new Entrant(lap.turn().method(), lap.contender()))
        .distinct()
        .forEach(entrant -> times.put(entrant, spread(entrant, Lap::ordinary, Timing::total)));
    return times;
  }

  /** Ours against each other contender, and against our own full fine-tuning. */
  public List<Ratio> ratios() {
    List<Ratio> ratios = new ArrayList<>();
    for (Entrant entrant : times().keySet()) {
      Entrant ours = new Entrant(entrant.method(), FineTunerSteps.NAME);
      if (!entrant.equals(ours)) {
        ratios.add(ratio(ours, entrant));
      }
    }
    Entrant full = new Entrant(Method.FULL, FineTunerSteps.NAME);
    times().keySet().stream()
        .filter(entrant -> entrant.contender().equals(FineTunerSteps.NAME))
        .filter(entrant -> !entrant.equals(full) && times().containsKey(full))
        .forEach(entrant -> ratios.add(ratio(entrant, full)));
    return ratios;
  }

  /** What our steps with a method cost in a long run. */
  public OwnStep own(@NonNull Method method) {
    Entrant ours = new Entrant(method, FineTunerSteps.NAME);
    double update = spread(ours, Lap::ordinary, Timing::update).median();
    double outside = spread(ours, Lap::ordinary, Timing::outside).median();
    return new OwnStep(
        spread(ours, Lap::ordinary, Timing::total).median(),
        update,
        outside,
        more(spread(ours, Lap::firstAfterDraw, Timing::update), update),
        more(spread(ours, Lap::firstAfterDraw, Timing::outside), outside));
  }

  private static double more(Spread afterDraw, double ordinary) {
    return afterDraw.count() == 0 ? 0 : Math.max(0, afterDraw.median() - ordinary);
  }

  private Spread spread(
      Entrant entrant, Predicate<Lap> wanted, ToDoubleFunction<Timing> milliseconds) {
    return Spread.of(laps(entrant).filter(wanted).map(Lap::timing).mapToDouble(milliseconds));
  }

  private Ratio ratio(Entrant over, Entrant under) {
    DoubleStream ratios =
        laps(over)
            .filter(Lap::ordinary)
            .flatMapToDouble(
                lap ->
                    laps(under)
                        .filter(other -> other.turn().round() == lap.turn().round())
                        .mapToDouble(other -> lap.timing().total() / other.timing().total()));
    return new Ratio(over, under, Spread.of(ratios));
  }

  private Stream<Lap> laps(Entrant entrant) {
    return laps.stream()
        .filter(lap -> lap.turn().method() == entrant.method())
        .filter(lap -> lap.contender().equals(entrant.contender()));
  }
}
