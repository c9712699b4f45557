package org.owlore.graph.layers;

import java.util.function.Supplier;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** The families of models that differ in how their blocks hang together. */
enum SampleModels {
  GPT2(Gpt2::new),
  LLAMA(Llama::new),
  GEMMA(Gemma::new),
  BERT(Bert::new),
  GPT_NEOX(GptNeoX::new),
  T5_ENCODER(T5Encoder::new),
  ENCODER_DECODER(EncoderDecoder::new);

  private final Supplier<SampleModel> kind;

  SampleModels(Supplier<SampleModel> kind) {
    this.kind = kind;
  }

  SampleModel build(int blocks) {
    return kind.get().build(blocks);
  }

  /** Pre-norm, a fused projection {@code [in, out]}, biases, a position table, a tied head. */
  static final class Gpt2 extends SampleModel {
    private SDVariable table;

    @Override
    SDVariable embed() {
      table = weightOf(embedding, "transformer.wte.weight", VOCABULARY, HIDDEN);
      SDVariable tokens = graph.gather(table, ids, 0);
      return tokens.add(positionTable(embedding, "transformer.wpe.weight"));
    }

    @Override
    String prefix(int layer) {
      return "transformer.h." + layer + ".";
    }

    @Override
    SDVariable block(SDVariable residual, String prefix) {
      SDVariable normed = norm(residual, prefix + "ln_1");
      SDVariable fused =
          linear(normed, prefix + "attn.c_attn.weight", HIDDEN, 3 * HIDDEN)
              .add(other(prefix + "attn.c_attn.bias", 3 * HIDDEN));
      SDVariable context = attend(part(fused, 0), part(fused, 1), part(fused, 2), -1e4);
      SDVariable attended =
          residual.add(
              linear(context, prefix + "attn.c_proj.weight", HIDDEN, HIDDEN)
                  .add(other(prefix + "attn.c_proj.bias", HIDDEN)));
      SDVariable inner =
          linear(norm(attended, prefix + "ln_2"), prefix + "mlp.c_fc.weight", HIDDEN, INNER)
              .add(other(prefix + "mlp.c_fc.bias", INNER));
      return attended.add(
          linear(graph.nn().gelu(inner), prefix + "mlp.c_proj.weight", INNER, HIDDEN)
              .add(other(prefix + "mlp.c_proj.bias", HIDDEN)));
    }

    private SDVariable norm(SDVariable input, String name) {
      return layerNorm(input, other(name + ".weight", HIDDEN), other(name + ".bias", HIDDEN));
    }

    @Override
    void finish(SDVariable residual) {
      SDVariable normed =
          layerNorm(
              residual,
              weightOf(finalNorm, "transformer.ln_f.weight", HIDDEN),
              weightOf(finalNorm, "transformer.ln_f.bias", HIDDEN));
      SDVariable rows = graph.mmul(normed.reshape(-1, HIDDEN), table, false, true, false);
      graph.reshape(LOGITS, rows, -1, 1, VOCABULARY);
    }
  }

  /** Pre-norm, an own head, matrices {@code [out, in]}. */
  static class Llama extends SampleModel {
    @Override
    SDVariable embed() {
      SDVariable table = weightOf(embedding, "model.embed_tokens.weight", VOCABULARY, HIDDEN);
      return graph.gather(table, ids, 0);
    }

    @Override
    String prefix(int layer) {
      return "model.layers." + layer + ".";
    }

    double forbidden(String prefix) {
      return -1e9;
    }

    SDVariable placed(SDVariable query, String prefix) {
      return query.mul(graph.constant(Nd4j.ones(DataType.FLOAT, HIDDEN)));
    }

    SDVariable norm(SDVariable input, SDVariable gain) {
      return rootMeanSquareNorm(input, gain);
    }

    @Override
    SDVariable block(SDVariable residual, String prefix) {
      SDVariable normed = norm(residual, other(prefix + "input_layernorm.weight", HIDDEN));
      SDVariable query =
          placed(linearOutIn(normed, prefix + "self_attn.q_proj.weight", HIDDEN, HIDDEN), prefix);
      SDVariable key = linearOutIn(normed, prefix + "self_attn.k_proj.weight", HIDDEN, HIDDEN);
      SDVariable value = linearOutIn(normed, prefix + "self_attn.v_proj.weight", HIDDEN, HIDDEN);
      SDVariable context = attend(query, key, value, forbidden(prefix));
      SDVariable attended =
          residual.add(linearOutIn(context, prefix + "self_attn.o_proj.weight", HIDDEN, HIDDEN));
      SDVariable input = norm(attended, other(prefix + "post_attention_layernorm.weight", HIDDEN));
      SDVariable gate = linearOutIn(input, prefix + "mlp.gate_proj.weight", HIDDEN, INNER);
      SDVariable up = linearOutIn(input, prefix + "mlp.up_proj.weight", HIDDEN, INNER);
      return attended.add(
          linearOutIn(
              graph.nn().swish(gate).mul(up), prefix + "mlp.down_proj.weight", INNER, HIDDEN));
    }

    @Override
    void finish(SDVariable residual) {
      SDVariable normed = norm(residual, weightOf(finalNorm, "model.norm.weight", HIDDEN));
      SDVariable matrix = weightOf(head, "lm_head.weight", VOCABULARY, HIDDEN);
      graph.mmul(LOGITS, normed, matrix.permute(1, 0));
    }
  }

  /** Scaled embedding, norms of {@code 1 + w}, masks and positions not in every block. */
  static final class Gemma extends Llama {
    @Override
    SDVariable embed() {
      return super.embed().mul(Math.sqrt(HIDDEN));
    }

    @Override
    double forbidden(String prefix) {
      return prefix.hashCode() % 2 == 0 ? -1e9 : -2e9;
    }

    @Override
    SDVariable placed(SDVariable query, String prefix) {
      return prefix.hashCode() % 3 == 0 ? query : super.placed(query, prefix);
    }

    @Override
    SDVariable norm(SDVariable input, SDVariable gain) {
      return super.norm(input, gain.castTo(DataType.FLOAT).add(1));
    }
  }

  /** Post-norm, token types, a norm in the embedding, a transform before the tied head. */
  static final class Bert extends SampleModel {
    private SDVariable table;

    @Override
    SDVariable embed() {
      table = weightOf(embedding, "bert.embeddings.word_embeddings.weight", VOCABULARY, HIDDEN);
      SDVariable tokens = graph.gather(table, ids, 0);
      SDVariable types = graph.placeHolder("token_type_ids", DataType.INT32, -1, -1);
      SDVariable typed =
          tokens.add(
              graph.gather(
                  weightOf(embedding, "bert.embeddings.token_type_embeddings.weight", 2, HIDDEN),
                  types,
                  0));
      SDVariable placed =
          typed.add(positionTable(embedding, "bert.embeddings.position_embeddings.weight"));
      return layerNorm(
          placed,
          weightOf(embedding, "bert.embeddings.LayerNorm.weight", HIDDEN),
          weightOf(embedding, "bert.embeddings.LayerNorm.bias", HIDDEN));
    }

    @Override
    String prefix(int layer) {
      return "bert.encoder.layer." + layer + ".";
    }

    @Override
    SDVariable block(SDVariable residual, String prefix) {
      String attention = prefix + "attention.";
      SDVariable query = biased(residual, attention + "self.query", HIDDEN, HIDDEN);
      SDVariable key = biased(residual, attention + "self.key", HIDDEN, HIDDEN);
      SDVariable value = biased(residual, attention + "self.value", HIDDEN, HIDDEN);
      SDVariable scores = graph.mmul(query, key, false, true, false).div(Math.sqrt(HIDDEN));
      SDVariable context = graph.mmul(graph.nn().softmax(scores, 2), value);
      SDVariable attended =
          norm(
              biased(context, attention + "output.dense", HIDDEN, HIDDEN).add(residual),
              attention + "output.LayerNorm");
      SDVariable inner =
          graph.nn().gelu(biased(attended, prefix + "intermediate.dense", HIDDEN, INNER));
      return norm(
          biased(inner, prefix + "output.dense", INNER, HIDDEN).add(attended),
          prefix + "output.LayerNorm");
    }

    private SDVariable biased(SDVariable input, String name, long in, long out) {
      return linearRank3(input, name + ".weight", in, out).add(other(name + ".bias", out));
    }

    private SDVariable norm(SDVariable input, String name) {
      return layerNorm(input, other(name + ".weight", HIDDEN), other(name + ".bias", HIDDEN));
    }

    @Override
    void finish(SDVariable residual) {
      String name = "cls.predictions.";
      SDVariable dense =
          graph
              .mmul(residual, weightOf(head, name + "transform.dense.weight", HIDDEN, HIDDEN))
              .add(weightOf(head, name + "transform.dense.bias", HIDDEN));
      SDVariable normed =
          layerNorm(
              graph.nn().gelu(dense),
              weightOf(head, name + "transform.LayerNorm.weight", HIDDEN),
              weightOf(head, name + "transform.LayerNorm.bias", HIDDEN));
      graph
          .mmul(normed, graph.transpose(table))
          .add(LOGITS, weightOf(head, name + "bias", VOCABULARY));
    }
  }

  /** Attention and feed-forward side by side, norms as one operation each. */
  static final class GptNeoX extends SampleModel {
    @Override
    SDVariable embed() {
      return graph.gather(
          weightOf(embedding, "gpt_neox.embed_in.weight", VOCABULARY, HIDDEN), ids, 0);
    }

    @Override
    String prefix(int layer) {
      return "gpt_neox.layers." + layer + ".";
    }

    @Override
    SDVariable block(SDVariable residual, String prefix) {
      SDVariable normed = norm(residual, prefix + "input_layernorm");
      SDVariable fused =
          linear(normed, prefix + "attention.query_key_value.weight", HIDDEN, 3 * HIDDEN);
      SDVariable context = attend(part(fused, 0), part(fused, 1), part(fused, 2), -1e4);
      SDVariable attention = linear(context, prefix + "attention.dense.weight", HIDDEN, HIDDEN);
      SDVariable input = norm(residual, prefix + "post_attention_layernorm");
      SDVariable inner = linear(input, prefix + "mlp.dense_h_to_4h.weight", HIDDEN, INNER);
      SDVariable forward =
          linear(graph.nn().gelu(inner), prefix + "mlp.dense_4h_to_h.weight", INNER, HIDDEN);
      return forward.add(attention).add(residual);
    }

    private SDVariable norm(SDVariable input, String name) {
      return graph
          .nn()
          .layerNorm(
              input, other(name + ".weight", HIDDEN), other(name + ".bias", HIDDEN), false, 2);
    }

    @Override
    void finish(SDVariable residual) {
      SDVariable normed =
          graph
              .nn()
              .layerNorm(
                  residual,
                  weightOf(finalNorm, "gpt_neox.final_layer_norm.weight", HIDDEN),
                  weightOf(finalNorm, "gpt_neox.final_layer_norm.bias", HIDDEN),
                  false,
                  2);
      graph.mmul(LOGITS, normed, weightOf(head, "embed_out.weight", HIDDEN, VOCABULARY));
    }
  }

  /** A position bias that the first block holds and all blocks share. */
  static final class T5Encoder extends SampleModel {
    private SDVariable bias;

    @Override
    SDVariable embed() {
      return graph.gather(weightOf(embedding, "shared.weight", VOCABULARY, HIDDEN), ids, 0);
    }

    @Override
    String prefix(int layer) {
      return "encoder.block." + layer + ".layer.";
    }

    @Override
    SDVariable block(SDVariable residual, String prefix) {
      SDVariable normed =
          rootMeanSquareNorm(residual, other(prefix + "0.layer_norm.weight", HIDDEN));
      SDVariable query = linear(normed, prefix + "0.SelfAttention.q.weight", HIDDEN, HIDDEN);
      SDVariable key = linear(normed, prefix + "0.SelfAttention.k.weight", HIDDEN, HIDDEN);
      SDVariable value = linear(normed, prefix + "0.SelfAttention.v.weight", HIDDEN, HIDDEN);
      if (bias == null) {
        SDVariable buckets = graph.constant(Nd4j.zeros(DataType.INT32, 3, 3));
        String name = prefix + "0.SelfAttention.relative_attention_bias.weight";
        bias = graph.gather(other(name, 4, 1), buckets, 0).permute(2, 0, 1);
      }
      SDVariable scores = graph.mmul(query, key, false, true, false).add(bias);
      SDVariable context = graph.mmul(graph.nn().softmax(scores, 2), value);
      SDVariable attended =
          residual.add(linear(context, prefix + "0.SelfAttention.o.weight", HIDDEN, HIDDEN));
      SDVariable input =
          rootMeanSquareNorm(attended, other(prefix + "1.layer_norm.weight", HIDDEN));
      SDVariable inner = linear(input, prefix + "1.DenseReluDense.wi.weight", HIDDEN, INNER);
      return attended.add(
          linear(graph.nn().relu(inner, 0), prefix + "1.DenseReluDense.wo.weight", INNER, HIDDEN));
    }

    @Override
    void finish(SDVariable residual) {
      SDVariable gain = weightOf(finalNorm, "encoder.final_layer_norm.weight", HIDDEN);
      graph.updateVariableNameAndReference(rootMeanSquareNorm(residual, gain), LOGITS);
    }
  }

  /** Decoder blocks that all look at the encoder's output. */
  static final class EncoderDecoder extends SampleModel {
    private SDVariable memory;

    @Override
    SDVariable embed() {
      SDVariable table = weightOf(embedding, "shared.weight", VOCABULARY, HIDDEN);
      SDVariable encoded = graph.gather(table, ids, 0);
      for (int i = 0; i < 2; i++) {
        SDVariable matrix = weightOf(embedding, "encoder.layers." + i + ".w", HIDDEN, HIDDEN);
        encoded = encoded.add(graph.math().tanh(graph.mmul(encoded, matrix)));
      }
      memory = encoded;
      return graph.gather(table, graph.placeHolder("decoder_ids", DataType.INT32, -1, -1), 0);
    }

    @Override
    String prefix(int layer) {
      return "decoder.layers." + layer + ".";
    }

    @Override
    SDVariable block(SDVariable residual, String prefix) {
      SDVariable query = linear(residual, prefix + "q.weight", HIDDEN, HIDDEN);
      SDVariable key = graph.mmul(memory, other(prefix + "k.weight", HIDDEN, HIDDEN));
      SDVariable value = graph.mmul(memory, other(prefix + "v.weight", HIDDEN, HIDDEN));
      SDVariable attended =
          residual.add(linear(attend(query, key, value, 0), prefix + "o.weight", HIDDEN, HIDDEN));
      return attended.add(linear(attended, prefix + "mlp.weight", HIDDEN, HIDDEN));
    }

    @Override
    void finish(SDVariable residual) {
      graph.mmul(LOGITS, residual, weightOf(head, "head.weight", HIDDEN, VOCABULARY));
    }
  }
}
