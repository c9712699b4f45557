"""Random models of the usual families of language models, for `export_matrix.py`."""

import dataclasses
import math

import torch
import transformers as hf


@dataclasses.dataclass(frozen=True)
class Size:
    """Columns of the residual stream, and what else a model has how many of."""

    hidden: int
    blocks: int
    heads: int = 4
    vocabulary: int = 97
    positions: int = 64


class T5EncoderWithHead(torch.nn.Module):
    """T5's encoder under a linear head, which T5 itself lacks."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.encoder = hf.T5EncoderModel(config)
        self.head = torch.nn.Linear(config.d_model, config.vocab_size)

    def forward(self, input_ids, attention_mask=None):
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask)[0]
        return (self.head(hidden),)


def plain(size):
    """The fields that most configurations share; as many key-value heads as heads."""
    return dict(
        hidden_size=size.hidden,
        intermediate_size=2 * size.hidden + 8,
        num_hidden_layers=size.blocks,
        num_attention_heads=size.heads,
        max_position_embeddings=size.positions,
        pad_token_id=0,
    )


def grouped(size):
    return plain(size) | dict(num_key_value_heads=size.heads // 2)


def wide_heads(size):
    """Heads that together are wider than the residual stream, as Qwen3's and Gemma's may be."""
    return grouped(size) | dict(head_dim=2 * size.hidden // size.heads)


def alternating(size):
    kinds = ["sliding_attention", "full_attention"]
    return wide_heads(size) | dict(
        layer_types=[kinds[i % 2] for i in range(size.blocks)],
        sliding_window=4,
        query_pre_attn_scalar=8,
    )


def gpt(size):
    return dict(n_embd=size.hidden, n_layer=size.blocks, n_head=size.heads, n_positions=size.positions)


def gpt_neo(size):
    kinds = [[["local", "global"], size.blocks // 2]] + [[["local"], 1]] * (size.blocks % 2)
    return dict(
        hidden_size=size.hidden, num_layers=size.blocks, num_heads=size.heads,
        attention_types=kinds, window_size=4, max_position_embeddings=size.positions,
    )


def opt(size):
    return plain(size) | dict(ffn_dim=2 * size.hidden + 8, word_embed_proj_dim=size.hidden)


def bloom(size):
    return dict(hidden_size=size.hidden, n_layer=size.blocks, n_head=size.heads)


def falcon_alibi(size):
    return plain(size) | dict(alibi=True, parallel_attn=False, multi_query=False, bias=True)


def distilbert(size):
    return dict(
        dim=size.hidden, hidden_dim=2 * size.hidden + 8, n_layers=size.blocks, n_heads=size.heads,
        max_position_embeddings=size.positions,
    )


def t5(size):
    return dict(
        d_model=size.hidden, d_ff=2 * size.hidden + 8, d_kv=size.hidden // size.heads,
        num_layers=size.blocks, num_heads=size.heads, feed_forward_proj="gated-gelu",
        relative_attention_num_buckets=8,
    )


FAMILIES = {
    "llama": (hf.LlamaForCausalLM, hf.LlamaConfig, grouped),
    "gpt2": (hf.GPT2LMHeadModel, hf.GPT2Config, gpt),
    "bert": (hf.BertForMaskedLM, hf.BertConfig, plain),
    "mistral": (
        hf.MistralForCausalLM, hf.MistralConfig, lambda s: grouped(s) | dict(sliding_window=4),
    ),
    "qwen2": (hf.Qwen2ForCausalLM, hf.Qwen2Config, grouped),
    "qwen3": (hf.Qwen3ForCausalLM, hf.Qwen3Config, wide_heads),
    "gemma": (hf.GemmaForCausalLM, hf.GemmaConfig, wide_heads),
    "gemma2": (hf.Gemma2ForCausalLM, hf.Gemma2Config, alternating),
    "gemma3": (hf.Gemma3ForCausalLM, hf.Gemma3TextConfig, alternating),
    "phi": (hf.PhiForCausalLM, hf.PhiConfig, plain),
    "phi3": (
        hf.Phi3ForCausalLM, hf.Phi3Config,
        lambda s: grouped(s) | dict(original_max_position_embeddings=s.positions),
    ),
    "gpt_neox": (hf.GPTNeoXForCausalLM, hf.GPTNeoXConfig, plain),
    "opt": (hf.OPTForCausalLM, hf.OPTConfig, opt),
    "bloom": (hf.BloomForCausalLM, hf.BloomConfig, bloom),
    "falcon": (hf.FalconForCausalLM, hf.FalconConfig, plain),
    "distilbert": (hf.DistilBertForMaskedLM, hf.DistilBertConfig, distilbert),
    "t5_encoder": (T5EncoderWithHead, hf.T5Config, t5),
    "roberta": (hf.RobertaForMaskedLM, hf.RobertaConfig, plain),
    "gptj": (hf.GPTJForCausalLM, hf.GPTJConfig, lambda s: gpt(s) | dict(rotary_dim=4)),
    "gpt_neo": (hf.GPTNeoForCausalLM, hf.GPTNeoConfig, gpt_neo),
    "falcon_alibi": (hf.FalconForCausalLM, hf.FalconConfig, falcon_alibi),
    "stablelm": (hf.StableLmForCausalLM, hf.StableLmConfig, grouped),
    "starcoder2": (hf.Starcoder2ForCausalLM, hf.Starcoder2Config, grouped),
    "olmo2": (hf.Olmo2ForCausalLM, hf.Olmo2Config, grouped),
}


def make(family, size, attention=None, tied=None, dtype=torch.float32):
    """A model of `family` with random weights, in evaluation mode.

    attention: "sdpa" or "eager", else the family's own choice
    tied: whether the head shares the embedding, else the family's own choice
    dtype: of the weights; buffers (rotary frequencies) stay float32, as after `from_pretrained`
    """
    model_class, config_class, fields = FAMILIES[family]
    more = {"vocab_size": size.vocabulary, "bos_token_id": 1, "eos_token_id": 2}
    if tied is not None:
        more["tie_word_embeddings"] = tied
    torch.manual_seed(7)
    config = config_class(**fields(size), **more)
    if attention is not None:
        config._attn_implementation = attention
    model = model_class(config).eval()
    for weight in model.parameters():
        spread_out(weight)
        weight.data = weight.data.to(dtype)
    return model


@torch.no_grad()
def spread_out(weight):
    """Moves a weight to where no gradient is right by chance: norms and biases off one and zero."""
    if weight.dim() == 1:
        weight.add_(0.1 * torch.randn_like(weight))
    else:
        weight.normal_(std=1 / math.sqrt(weight.shape[-1]))
