"""The steps of one camera without threads: used by the engine's workers and, synchronously, by evaluate and bench.

SKELETON: signatures are settled, bodies follow.

    pipeline = CameraPipeline(camera, tools=PipelineTools(detector, embedder, gallery, thresholds...), settings)
    result = pipeline.analyse(image_bgr, at)         # detect + track; result.record, result.jobs (EmbedJob: crop + quality)
    events = pipeline.apply(job, vector, now)        # after embedding; updates the track's verdict
  Synchronous use (embeddings inline):
    class SyncPipeline: analyse(image, at) -> Analysis(record, identities, events)
"""
