"""A moving shot through a moving scene."""

from camera.planner.planning import plan as plan
from camera.planner.planning import plan_batch as plan_batch
from camera.planner.scene import Picture as Picture
from camera.planner.scene import Plan as Plan
from camera.planner.scene import Request as Request
from camera.planner.scene import Scene as Scene
from camera.planner.subject import walking_heading as walking_heading

__all__ = ["Picture", "Plan", "Request", "Scene", "plan", "plan_batch", "walking_heading"]
