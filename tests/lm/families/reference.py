"""Random small models of each architecture with the logits that they must give.

Written from the architectures' definitions, with NumPy alone, and apart from the code that it judges: every token
and head is looked at in float64, weights keep their checkpoint's names and layouts. Each folder of `models` gets
config.json, the weights as safetensors, and expected.safetensors with tokens and logits [length, vocabulary]; each
folder of `checkpoints` a llama2.c file and its tokenizer instead.

    /usr/bin/python3 tests/lm/families/reference.py
"""

import json
import math
import re
import struct
from pathlib import Path

import numpy as np

LENGTH, VOCABULARY, WIDTH, LAYERS, HIDDEN = 24, 64, 32, 2, 48
HERE = Path(__file__).parent


# ---- safetensors ---------------------------------------------------------------------------------------------


def encode(array, dtype):
    """Bytes of an array in a dtype, and the array that those bytes mean."""
    single = np.asarray(array, dtype=np.float32)
    if dtype == "F32":
        return single.tobytes(), single
    if dtype == "F16":
        half = single.astype(np.float16)
        return half.tobytes(), half.astype(np.float32)
    if dtype == "BF16":
        bits = single.view(np.uint32) >> 16
        return bits.astype(np.uint16).tobytes(), (bits << 16).view(np.float32)
    if dtype == "I64":
        return np.asarray(array, dtype=np.int64).tobytes(), array
    if dtype == "U8":
        return np.asarray(array, dtype=np.uint8).tobytes(), array
    raise ValueError(dtype)


def write_safetensors(path, tensors):
    header, body = {}, b""
    for name, (shape, dtype, data) in tensors.items():
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


class Checkpoint:
    """Draws tensors, stores them in a dtype, and gives their values as stored."""

    def __init__(self, seed, dtype):
        self.random, self.dtype, self.tensors = np.random.default_rng(seed), dtype, {}

    def put(self, name, array, dtype=None):
        dtype = dtype or self.dtype
        data, meant = encode(array, dtype)
        self.tensors[name] = (np.shape(array), dtype, data)
        return np.asarray(meant, dtype=np.float64)

    def matrix(self, name, *shape):
        return self.put(name, self.random.normal(size=shape) * 0.7 / math.sqrt(WIDTH))

    def table(self, name, *shape):
        return self.put(name, self.random.normal(size=shape))

    def gain(self, name, size):
        return self.put(name, 1 + 0.3 * self.random.normal(size=size))

    def bias(self, name, size):
        return self.put(name, 0.3 * self.random.normal(size=size))


# ---- the parts of a transformer ------------------------------------------------------------------------------


def rms_norm(x, gain, epsilon):
    return x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + epsilon) * gain


def layer_norm(x, gain, bias, epsilon):
    mean = x.mean(axis=-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(axis=-1, keepdims=True)
    return (x - mean) / np.sqrt(variance + epsilon) * gain + bias


def silu(x):
    return x / (1 + np.exp(-x))


def gelu(x):
    return x * 0.5 * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))


def gelu_new(x):
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def inverse_frequencies(size, theta, scaling, longest, length):
    """Frequencies of the pairs of `size` rotating elements, and the factor on cos and sin."""
    exponents = np.arange(0, size, 2) / size
    plain = 1 / theta**exponents
    kind = (scaling or {}).get("rope_type", "default")
    if kind == "default":
        return plain, 1.0
    factor = scaling["factor"]
    if kind == "linear":
        return plain / factor, 1.0
    if kind == "dynamic":
        grown = theta * ((factor * max(length, longest) / longest) - (factor - 1)) ** (size / (size - 2))
        return 1 / grown**exponents, 1.0
    original = scaling["original_max_position_embeddings"]
    if kind == "llama3":
        low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
        wavelengths = 2 * math.pi / plain
        result = []
        for frequency, wavelength in zip(plain, wavelengths):
            if wavelength > original / low:
                result.append(frequency / factor)
            elif wavelength < original / high:
                result.append(frequency)
            else:
                smooth = (original / wavelength - low) / (high - low)
                result.append((1 - smooth) * frequency / factor + smooth * frequency)
        return np.array(result), 1.0
    if kind == "yarn":
        def dimension(rotations):
            return size * math.log(original / (rotations * 2 * math.pi)) / (2 * math.log(theta))

        low = max(math.floor(dimension(scaling.get("beta_fast", 32))), 0)
        high = min(math.ceil(dimension(scaling.get("beta_slow", 1))), size - 1)
        ramp = np.clip((np.arange(size // 2) - low) / (high - low if high != low else 0.001), 0, 1)
        kept = 1 - ramp
        return plain / factor * (1 - kept) + plain * kept, 0.1 * math.log(factor) + 1
    raise ValueError(kind)


def rotate(x, frequencies, amplitude):
    """x [length, size]: elements j and j + size / 2 turn together; those beyond twice the frequencies stand."""
    rotating = 2 * len(frequencies)
    angles = np.outer(np.arange(len(x)), frequencies)
    cos, sin = amplitude * np.cos(angles), amplitude * np.sin(angles)
    a, b, rest = x[:, : rotating // 2], x[:, rotating // 2 : rotating], x[:, rotating:]
    return np.concatenate([a * cos - b * sin, b * cos + a * sin, rest], axis=1)


def attend(q, k, v, window=None):
    """One head, [length, size] each: every token over itself and those before it, at most `window` of them."""
    out = np.zeros((len(q), v.shape[1]))
    for i in range(len(q)):
        first = 0 if window is None else max(0, i - window + 1)
        scores = k[first : i + 1] @ q[i] / math.sqrt(q.shape[1])
        weights = np.exp(scores - scores.max())
        out[i] = weights / weights.sum() @ v[first : i + 1]
    return out


def tokens_of(seed):
    return np.random.default_rng(1000 + seed).integers(0, VOCABULARY, LENGTH)


# ---- Llama, Mistral, Qwen ------------------------------------------------------------------------------------


def llama_like(config, seed, dtype, *, qkv_bias=False, output_bias=False, mlp_bias=False, qk_norm=False, window=None):
    store = Checkpoint(seed, dtype)
    heads, kv_heads, size = config["num_attention_heads"], config["num_key_value_heads"], config["head_dim"]
    epsilon, tied = config["rms_norm_eps"], config["tie_word_embeddings"]
    tokens = tokens_of(seed)
    frequencies, amplitude = inverse_frequencies(
        size, config["rope_theta"], config.get("rope_scaling"), config["max_position_embeddings"], LENGTH
    )

    def linear(name, x, outputs, biased):
        y = x @ store.matrix(f"{name}.weight", outputs, x.shape[1]).T
        return y + store.bias(f"{name}.bias", outputs) if biased else y

    table = store.table("model.embed_tokens.weight", VOCABULARY, WIDTH)
    x = table[tokens]
    for layer in range(LAYERS):
        name = f"model.layers.{layer}"
        normed = rms_norm(x, store.gain(f"{name}.input_layernorm.weight", WIDTH), epsilon)
        q = linear(f"{name}.self_attn.q_proj", normed, heads * size, qkv_bias)
        k = linear(f"{name}.self_attn.k_proj", normed, kv_heads * size, qkv_bias)
        v = linear(f"{name}.self_attn.v_proj", normed, kv_heads * size, qkv_bias)
        if qk_norm:
            q_gain, k_gain = (store.gain(f"{name}.self_attn.{side}_norm.weight", size) for side in "qk")
        outputs = []
        for head in range(heads):
            shared = head // (heads // kv_heads)
            own_q = q[:, head * size : (head + 1) * size]
            own_k = k[:, shared * size : (shared + 1) * size]
            if qk_norm:
                own_q, own_k = rms_norm(own_q, q_gain, epsilon), rms_norm(own_k, k_gain, epsilon)
            own_q, own_k = (rotate(side, frequencies, amplitude) for side in (own_q, own_k))
            outputs.append(attend(own_q, own_k, v[:, shared * size : (shared + 1) * size], window))
        x = x + linear(f"{name}.self_attn.o_proj", np.concatenate(outputs, axis=1), WIDTH, output_bias)
        normed = rms_norm(x, store.gain(f"{name}.post_attention_layernorm.weight", WIDTH), epsilon)
        gate = linear(f"{name}.mlp.gate_proj", normed, HIDDEN, mlp_bias)
        up = linear(f"{name}.mlp.up_proj", normed, HIDDEN, mlp_bias)
        x = x + linear(f"{name}.mlp.down_proj", silu(gate) * up, WIDTH, mlp_bias)
    x = rms_norm(x, store.gain("model.norm.weight", WIDTH), epsilon)
    head = table if tied else store.matrix("lm_head.weight", VOCABULARY, WIDTH)
    return store.tensors, tokens, x @ head.T


def llama_config(architecture, model_type, **given):
    heads = given.get("num_attention_heads", 4)
    return {
        "architectures": [architecture],
        "model_type": model_type,
        "vocab_size": VOCABULARY,
        "hidden_size": WIDTH,
        "intermediate_size": HIDDEN,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": heads,
        "num_key_value_heads": heads,
        "head_dim": WIDTH // heads,
        "hidden_act": "silu",
        "max_position_embeddings": 128,
        "rms_norm_eps": 1e-5,
        "rope_theta": 10000.0,
        "tie_word_embeddings": False,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "torch_dtype": "float32",
        **given,
    }


# ---- GPT-2 ---------------------------------------------------------------------------------------------------


def gpt2(config, seed, dtype):
    store = Checkpoint(seed, dtype)
    heads, longest, epsilon = config["n_head"], config["n_positions"], config["layer_norm_epsilon"]
    size = WIDTH // heads
    tokens = tokens_of(seed)

    def norm(name, x):
        return layer_norm(x, store.gain(f"{name}.weight", WIDTH), store.bias(f"{name}.bias", WIDTH), epsilon)

    def conv1d(name, x, outputs):  # stored [inputs, outputs]
        return x @ store.matrix(f"{name}.weight", x.shape[1], outputs) + store.bias(f"{name}.bias", outputs)

    table = store.table("wte.weight", VOCABULARY, WIDTH)
    x = table[tokens] + store.table("wpe.weight", longest, WIDTH)[:LENGTH]
    for layer in range(LAYERS):
        name = f"h.{layer}"
        joined = conv1d(f"{name}.attn.c_attn", norm(f"{name}.ln_1", x), 3 * WIDTH)
        store.put(f"{name}.attn.bias", np.tril(np.ones((1, 1, longest, longest))), "U8")
        q, k, v = np.split(joined, 3, axis=1)
        parts = [slice(head * size, (head + 1) * size) for head in range(heads)]
        merged = np.concatenate([attend(q[:, part], k[:, part], v[:, part]) for part in parts], axis=1)
        x = x + conv1d(f"{name}.attn.c_proj", merged, WIDTH)
        hidden = gelu_new(conv1d(f"{name}.mlp.c_fc", norm(f"{name}.ln_2", x), 4 * WIDTH))
        x = x + conv1d(f"{name}.mlp.c_proj", hidden, WIDTH)
    return store.tensors, tokens, norm("ln_f", x) @ table.T


# ---- GPT-NeoX ------------------------------------------------------------------------------------------------


def gpt_neox(config, seed, dtype):
    store = Checkpoint(seed, dtype)
    heads, epsilon = config["num_attention_heads"], config["layer_norm_eps"]
    size = WIDTH // heads
    rotating = int(size * config["rotary_pct"])
    activation = {"gelu": gelu, "gelu_new": gelu_new}[config["hidden_act"]]
    tokens = tokens_of(seed)
    frequencies, amplitude = inverse_frequencies(
        rotating, config["rotary_emb_base"], config.get("rope_scaling"), config["max_position_embeddings"], LENGTH
    )

    def norm(name, x):
        return layer_norm(x, store.gain(f"{name}.weight", WIDTH), store.bias(f"{name}.bias", WIDTH), epsilon)

    def linear(name, x, outputs):
        return x @ store.matrix(f"{name}.weight", outputs, x.shape[1]).T + store.bias(f"{name}.bias", outputs)

    x = store.table("gpt_neox.embed_in.weight", VOCABULARY, WIDTH)[tokens]
    for layer in range(LAYERS):
        name = f"gpt_neox.layers.{layer}"
        joined = linear(f"{name}.attention.query_key_value", norm(f"{name}.input_layernorm", x), 3 * WIDTH)
        store.put(f"{name}.attention.masked_bias", np.float32(-1e9).reshape(()), "F32")
        store.put(f"{name}.attention.rotary_emb.inv_freq", frequencies, "F32")
        outputs = []
        for head in joined.reshape(LENGTH, heads, 3, size).transpose(1, 2, 0, 3):
            q, k, v = head
            outputs.append(attend(rotate(q, frequencies, amplitude), rotate(k, frequencies, amplitude), v))
        attended = linear(f"{name}.attention.dense", np.concatenate(outputs, axis=1), WIDTH)
        middle = x + attended
        read = x if config["use_parallel_residual"] else middle
        normed = norm(f"{name}.post_attention_layernorm", read)
        hidden = activation(linear(f"{name}.mlp.dense_h_to_4h", normed, config["intermediate_size"]))
        x = middle + linear(f"{name}.mlp.dense_4h_to_h", hidden, WIDTH)
    x = norm("gpt_neox.final_layer_norm", x)
    return store.tensors, tokens, x @ store.matrix("embed_out.weight", VOCABULARY, WIDTH).T


def neox_config(**given):
    return {
        "architectures": ["GPTNeoXForCausalLM"],
        "model_type": "gpt_neox",
        "vocab_size": VOCABULARY,
        "hidden_size": WIDTH,
        "intermediate_size": 2 * WIDTH,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": 2,
        "hidden_act": "gelu",
        "max_position_embeddings": 64,
        "rotary_pct": 0.25,
        "rotary_emb_base": 10000,
        "layer_norm_eps": 1e-5,
        "use_parallel_residual": True,
        "tie_word_embeddings": False,
        **given,
    }


# ---- llama2.c ------------------------------------------------------------------------------------------------


def rotate_neighbours(x, theta=10000.0):
    """x [length, size]: elements 2j and 2j + 1 turn together."""
    size = x.shape[1]
    angles = np.outer(np.arange(len(x)), 1 / theta ** (np.arange(0, size, 2) / size))
    y = np.empty_like(x)
    y[:, 0::2] = x[:, 0::2] * np.cos(angles) - x[:, 1::2] * np.sin(angles)
    y[:, 1::2] = x[:, 0::2] * np.sin(angles) + x[:, 1::2] * np.cos(angles)
    return y


def llama2c(seed, version):
    """A checkpoint's bytes, tokens and logits: version 0 with a tied head, version 1 with one of its own."""
    random = np.random.default_rng(seed)
    dim, hidden, heads, kv_heads, longest = 16, 24, 4, 2, 32
    size, tied = dim // heads, version == 0

    def draw(*shape, scale=0.7 / math.sqrt(16), shift=0.0):
        return (shift + scale * random.normal(size=shape)).astype(np.float32)

    gains = {"scale": 0.3, "shift": 1.0}
    w = {
        "table": draw(VOCABULARY, dim, scale=1.0),
        "norm1": draw(LAYERS, dim, **gains),
        "norm2": draw(LAYERS, dim, **gains),
        "norm": draw(dim, **gains),
        "q": draw(LAYERS, dim, dim),
        "k": draw(LAYERS, kv_heads * size, dim),
        "v": draw(LAYERS, kv_heads * size, dim),
        "o": draw(LAYERS, dim, dim),
        "w1": draw(LAYERS, hidden, dim),
        "w2": draw(LAYERS, dim, hidden),
        "w3": draw(LAYERS, hidden, dim),
        "head": draw(VOCABULARY, dim),
    }
    sizes = struct.pack("<7i", dim, hidden, LAYERS, heads, kv_heads, VOCABULARY, longest)
    if version == 0:
        order = ["table", "norm1", "q", "k", "v", "o", "norm2", "w1", "w2", "w3", "norm"]
        tables = np.full(longest * size, np.nan, dtype=np.float32)  # cosines and sines, which nothing should read
        data = sizes + b"".join(w[name].tobytes() for name in order) + tables.tobytes()
    else:
        order = ["norm1", "norm2", "norm", "table", "q", "k", "v", "o", "w1", "w2", "w3", "head"]
        header = struct.pack("<Ii", 0x616B3432, 1) + sizes + struct.pack("<B", int(tied))
        data = header.ljust(256, b"\0") + b"".join(w[name].tobytes() for name in order)

    tokens = tokens_of(seed)
    w = {name: values.astype(np.float64) for name, values in w.items()}
    x = w["table"][tokens]
    for layer in range(LAYERS):
        normed = rms_norm(x, w["norm1"][layer], 1e-5)
        q, k, v = (normed @ w[side][layer].T for side in "qkv")
        outputs = []
        for head in range(heads):
            own, shared = slice(head * size, (head + 1) * size), head // (heads // kv_heads)
            other = slice(shared * size, (shared + 1) * size)
            outputs.append(attend(rotate_neighbours(q[:, own]), rotate_neighbours(k[:, other]), v[:, other]))
        x = x + np.concatenate(outputs, axis=1) @ w["o"][layer].T
        normed = rms_norm(x, w["norm2"][layer], 1e-5)
        x = x + (silu(normed @ w["w1"][layer].T) * (normed @ w["w3"][layer].T)) @ w["w2"][layer].T
    x = rms_norm(x, w["norm"], 1e-5)
    return data, tokens, x @ (w["table"] if tied else w["head"]).T


def llama2c_tokenizer():
    pieces = ["<unk>", "\n<s>\n", "\n</s>\n"] + [chr(ord("0") + i) for i in range(VOCABULARY - 3)]
    parts = [struct.pack("<fi", -float(i), len(piece.encode())) + piece.encode() for i, piece in enumerate(pieces)]
    return struct.pack("<i", 6) + b"".join(parts)


# ---- the models ----------------------------------------------------------------------------------------------


def models():
    llama3 = {
        "rope_type": "llama3",
        "factor": 8.0,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 128,
    }
    config = llama_config(
        "LlamaForCausalLM", "llama", num_key_value_heads=2, rope_scaling=llama3, max_position_embeddings=1024
    )
    yield "llama-llama3", config, llama_like(config, 1, "BF16")

    config = llama_config(
        "LlamaForCausalLM",
        "llama",
        **{"num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 8},
        **{"attention_bias": True, "mlp_bias": True, "rope_scaling": {"type": "linear", "factor": 2.0}},
    )
    reference = {**config, "rope_scaling": {"rope_type": "linear", "factor": 2.0}}
    yield "llama-biases-linear", config, llama_like(
        reference, 2, "F16", qkv_bias=True, output_bias=True, mlp_bias=True
    )

    dynamic = {"rope_type": "dynamic", "factor": 2.0}
    config = llama_config("LlamaForCausalLM", "llama", rope_scaling=dynamic, max_position_embeddings=16)
    yield "llama-dynamic", config, llama_like(config, 3, "F16")

    config = llama_config("MistralForCausalLM", "mistral", num_key_value_heads=2, sliding_window=5)
    yield "mistral", config, llama_like(config, 4, "F16", window=5)

    yarn = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 16}
    config = llama_config(
        "Qwen2ForCausalLM",
        "qwen2",
        **{"num_key_value_heads": 2, "rope_scaling": yarn, "tie_word_embeddings": True},
        **{"use_sliding_window": False, "sliding_window": 8, "max_window_layers": 1, "rms_norm_eps": 1e-6},
    )
    yield "qwen2", config, llama_like(config, 5, "BF16", qkv_bias=True)

    config = llama_config(
        "Qwen3ForCausalLM", "qwen3", num_attention_heads=2, num_key_value_heads=1, head_dim=24, attention_bias=False
    )
    yield "qwen3", config, llama_like(config, 6, "F16", qk_norm=True)

    config = llama_config("LlamaForCausalLM", "llama", num_key_value_heads=1, tie_word_embeddings=True)
    yield "smollm", config, llama_like(config, 7, "F32")

    config = {
        "architectures": ["GPT2LMHeadModel"],
        "model_type": "gpt2",
        "vocab_size": VOCABULARY,
        "n_positions": 32,
        "n_ctx": 32,
        "n_embd": WIDTH,
        "n_layer": LAYERS,
        "n_head": 4,
        "activation_function": "gelu_new",
        "layer_norm_epsilon": 1e-5,
        "bos_token_id": 63,
        "eos_token_id": 63,
    }
    yield "gpt2", config, gpt2(config, 8, "F16")

    config = neox_config()
    yield "gpt-neox", config, gpt_neox(config, 9, "F16")

    config = neox_config(use_parallel_residual=False, rotary_pct=0.5, hidden_act="gelu_new", num_attention_heads=4)
    yield "gpt-neox-sequential", config, gpt_neox(config, 10, "BF16")


def write_expected(folder, tokens, logits):
    expected = {"tokens": (tokens, "I64"), "logits": (logits, "F32")}
    write_safetensors(
        folder / "expected.safetensors",
        {part: (np.shape(array), dtype, encode(array, dtype)[0]) for part, (array, dtype) in expected.items()},
    )
    print(f"{folder.name}: logits of deviation {logits.std():.3f}")


for name, config, (tensors, tokens, logits) in models():
    folder = HERE / "models" / name
    folder.mkdir(parents=True, exist_ok=True)
    text = re.sub(r"\[\s+([^\[\]]*?)\s+\]", r"[\1]", json.dumps(config, indent=2))
    (folder / "config.json").write_text(text.replace("e-0", "e-") + "\n")
    write_safetensors(folder / "model.safetensors", tensors)
    write_expected(folder, tokens, logits)

for version in (0, 1):
    folder = HERE / "checkpoints" / f"version-{version}"
    folder.mkdir(parents=True, exist_ok=True)
    data, tokens, logits = llama2c(20 + version, version)
    (folder / "model.bin").write_bytes(data)
    (folder / "tok64.bin").write_bytes(llama2c_tokenizer())
    write_expected(folder, tokens, logits)
