"""The options that ``fit`` and ``compare`` share, each with a value of its own, and what the job is to get of them."""

WORDS = (
    "--level 0.9 --level 0.1 --order low,mid,high --express a=log --express b=log(standardize=false) "
    "--target-expression power --scaling min_max --network 32,16 --activation gelu --norm layer_norm --loss huber "
    "--class-weight balanced --optimizer sgd --lr 0.1 --weight-decay 0.01 --schedule cosine "
    "--penalty l1(strength=0.1)+max_norm --l2 0.2 --dropout 0.3 --initialisation orthogonal --batch-size 64 --epochs 9 "
    "--recipe plain --seed 7 --device cuda --precision bfloat16 --drop a --drop b --no-header"
)
ASKED = {
    "levels": (0.9, 0.1),
    "order": ("low", "mid", "high"),
    "express": {"a": "log", "b": "log(standardize=false)"},
    "target_expression": "power",
    "scaling": "min_max",
    "hidden": (32, 16),
    "activation": "gelu",
    "norm": "layer_norm",
    "loss": "huber",
    "class_weight": "balanced",
    "optimizer": "sgd",
    "lr": 0.1,
    "weight_decay": 0.01,
    "schedule": "cosine",
    "penalty": "l1(strength=0.1)+max_norm",
    "l2": 0.2,
    "dropout": 0.3,
    "initialisation": "orthogonal",
    "batch_size": 64,
    "epochs": 9,
    "recipe": "plain",
    "seed": 7,
    "device": "cuda",
    "precision": "bfloat16",
    "drop": ("a", "b"),
    "header": False,
}
