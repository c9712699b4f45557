package org.owlore.examples.quickstart;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** A tokenizer in the Hugging Face format that has one token for each word of {@link World}. */
final class WordTokenizer {
  static final int BEGIN = 1;
  static final int END = 2;

  private static final List<String> SPECIAL = List.of("<unk>", "<s>", "</s>");
  private static final ObjectMapper JSON = new ObjectMapper();

  private WordTokenizer() {}

  static int vocabularySize() {
    return SPECIAL.size() + World.words().size();
  }

  /** The content of {@code tokenizer.json}. */
  static String json() {
    ObjectNode root = JSON.createObjectNode().put("version", "1.0");
    ArrayNode added = root.putArray("added_tokens");
    for (int id = 0; id < SPECIAL.size(); id++) {
      added
          .addObject()
          .put("id", id)
          .put("content", SPECIAL.get(id))
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    root.putNull("normalizer");
    root.putObject("pre_tokenizer").put("type", "Whitespace");
    root.set("post_processor", beginning());
    root.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
    ObjectNode model = root.putObject("model").put("type", "WordLevel").put("unk_token", "<unk>");
    ObjectNode vocabulary = model.putObject("vocab");
    List<String> tokens = new ArrayList<>(SPECIAL);
    tokens.addAll(World.words());
    tokens.forEach(token -> vocabulary.put(token, vocabulary.size()));
    return root.toPrettyString();
  }

  private static ObjectNode beginning() {
    ObjectNode processor = JSON.createObjectNode().put("type", "TemplateProcessing");
    String begin = SPECIAL.get(BEGIN);
    ArrayNode single = processor.putArray("single");
    single.addObject().putObject("SpecialToken").put("id", begin).put("type_id", 0);
    single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    ArrayNode pair = processor.putArray("pair");
    pair.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    pair.addObject().putObject("Sequence").put("id", "B").put("type_id", 1);
    ObjectNode token = processor.putObject("special_tokens").putObject(begin);
    token.put("id", begin).putArray("ids").add(BEGIN);
    token.putArray("tokens").add(begin);
    return processor;
  }
}
