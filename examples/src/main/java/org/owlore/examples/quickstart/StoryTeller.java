package org.owlore.examples.quickstart;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.owlore.examples.data.Example;

/**
 * Tells stories in which two or three people find things, give them away, take them and go to
 * places. Equal seeds tell equal stories.
 */
final class StoryTeller {
  private static final int FEWEST_EVENTS = 3;
  private static final int MOST_EVENTS = 4;
  private static final int FACTS = 4;

  private final Random random;

  StoryTeller(long seed) {
    this.random = new Random(seed);
  }

  Stream<Story> stories() {
    return Stream.generate(() -> new Telling().tell());
  }

  <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private <T> List<T> some(List<T> choices, int count) {
    List<T> shuffled = new ArrayList<>(choices);
    Collections.shuffle(shuffled, random);
    return shuffled.subList(0, count);
  }

  /** One story in the making: who is where and has what. */
  private final class Telling {
    private final List<String> people = some(World.NAMES, 2 + random.nextInt(2));
    private final List<String> thingsLeft = new ArrayList<>(some(World.THINGS, people.size()));
    private final Map<String, String> owners = new LinkedHashMap<>();
    private final Map<String, String> colours = new LinkedHashMap<>();
    private final Map<String, String> places = new LinkedHashMap<>();
    private final List<String> sentences = new ArrayList<>();

    Story tell() {
      int length = FEWEST_EVENTS + random.nextInt(MOST_EVENTS - FEWEST_EVENTS + 1);
      find(any(people));
      while (sentences.size() < length) {
        switch (random.nextInt(4)) {
          case 0 -> find(any(people));
          case 1 -> give();
          case 2 -> take();
          default -> go(any(people));
        }
      }
      String events = String.join(" ", sentences);
      return new Story(events, ending(), questions(events));
    }

    private String ending() {
      List<String> facts = new ArrayList<>();
      owners.forEach((thing, owner) -> facts.add("the %s belongs to %s.".formatted(thing, owner)));
      colours.forEach((thing, colour) -> facts.add("the %s is %s.".formatted(thing, colour)));
      places.forEach((person, place) -> facts.add("%s is in the %s.".formatted(person, place)));
      Collections.shuffle(facts, random);
      return facts.stream().limit(FACTS).collect(Collectors.joining(" "));
    }

    private void find(String person) {
      if (thingsLeft.isEmpty()) {
        go(person);
        return;
      }
      String thing = thingsLeft.remove(0);
      owners.put(thing, person);
      colours.put(thing, any(World.COLOURS));
      sentences.add("%s finds a %s %s.".formatted(person, colours.get(thing), thing));
    }

    private void give() {
      String thing = any(List.copyOf(owners.keySet()));
      String receiver = other(owners.get(thing));
      sentences.add("%s gives the %s to %s.".formatted(owners.get(thing), thing, receiver));
      owners.put(thing, receiver);
    }

    private void take() {
      String thing = any(List.copyOf(owners.keySet()));
      String taker = other(owners.get(thing));
      sentences.add("%s takes the %s from %s.".formatted(taker, thing, owners.get(thing)));
      owners.put(thing, taker);
    }

    private void go(String person) {
      places.put(person, any(World.PLACES));
      sentences.add("%s goes to the %s.".formatted(person, places.get(person)));
    }

    private String other(String person) {
      return any(people.stream().filter(someone -> !someone.equals(person)).toList());
    }

    private List<Example.Instruction> questions(String text) {
      List<Example.Instruction> questions = new ArrayList<>();
      owners.forEach((thing, owner) -> ask(questions, text, "Who has the %s?", thing, owner));
      colours.forEach(
          (thing, colour) -> ask(questions, text, "What colour is the %s?", thing, colour));
      places.forEach((person, place) -> ask(questions, text, "Where is %s?", person, place));
      return questions;
    }

    private static void ask(
        List<Example.Instruction> questions,
        String text,
        String question,
        String about,
        String answer) {
      questions.add(new Example.Instruction(text + " " + question.formatted(about), answer));
    }
  }
}
