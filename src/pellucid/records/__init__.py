"""Plain data, no torch: what a run is made of and what it left behind."""

from pellucid.records.epoch import EpochRecord
from pellucid.records.finding import Finding, Severity
from pellucid.records.network import (
    ActivationLayer,
    ActivityLayer,
    AdaptiveLayer,
    DropoutLayer,
    FeatureLayer,
    LayerSpec,
    LinearLayer,
    NetworkSpec,
    NormLayer,
    ScaleLayer,
    ThresholdLayer,
    parameter_shapes,
)
from pellucid.records.recipe import Recipe
from pellucid.records.run import (
    SCHEMA_VERSION,
    BaselineRecord,
    ColumnRecord,
    ComparisonRecord,
    MemberRecord,
    RunRecord,
    Score,
    SourceRecord,
)
from pellucid.records.storage import decode_json, encode_json, encode_lines, sha256_of, write_whole
from pellucid.records.target import TARGET_TASKS, TargetSpec, TargetTask

__all__ = [
    "SCHEMA_VERSION",
    "TARGET_TASKS",
    "ActivationLayer",
    "ActivityLayer",
    "AdaptiveLayer",
    "BaselineRecord",
    "ColumnRecord",
    "ComparisonRecord",
    "DropoutLayer",
    "EpochRecord",
    "FeatureLayer",
    "Finding",
    "LayerSpec",
    "LinearLayer",
    "MemberRecord",
    "NetworkSpec",
    "NormLayer",
    "Recipe",
    "RunRecord",
    "ScaleLayer",
    "Score",
    "Severity",
    "SourceRecord",
    "TargetSpec",
    "TargetTask",
    "ThresholdLayer",
    "decode_json",
    "encode_json",
    "encode_lines",
    "parameter_shapes",
    "sha256_of",
    "write_whole",
]
