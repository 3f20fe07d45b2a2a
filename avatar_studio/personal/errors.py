"""What can go wrong with a person's job, each in one sentence that says what to do, in English and Chinese."""
from __future__ import annotations

from ..told import Told

SENTENCES: dict[str, tuple[str, str]] = {
    "pictures": ("This takes 1 to {most} pictures; choose that many.", "需要 1 到 {most} 张图片，请重新选择。"),
    "blank": ("There is nothing on these drawings: each is one colour all over, so choose others.", "这些画上什么也没有，整张都是同一种颜色，请换几张画。"),
    "waiting": ("{most} of your jobs are already waiting; let one finish, or cancel one first.", "你已有 {most} 个任务在排队，请先等一个结束或取消一个。"),
    "busy": ("Too many people are waiting for this machine right now; try again later.", "排队的人太多了，请稍后再试。"),
    "full": ("There is no room left on this machine; delete one of your jobs, or try again later.", "这台机器的空间不足，请删除自己的一个任务，或稍后再试。"),
    "unknown": ("There is no such job here: it was deleted, has expired, was lost when the studio was started anew, or is not yours; start it again from its pictures.",
                "没有这个任务：可能已删除、已过期、因工坊重新启动而丢失，或不属于你；请用原来的图片重新开始。"),
    "session": ("The session must be empty, or what an earlier call gave.", "会话必须为空，或者是之前的调用返回的值。"),
    "options": ("These are not settings of this kind of job, so nothing was started.", "这些不是这类任务的设置，因此没有开始。"),
    "broken": ("Something went wrong while learning, and your pictures were deleted; try again, or with other pictures.",
               "学习时出了问题，图片已删除；请重试，或换几张图片。"),
    "lost": ("This job was lost because its worker was stopped again and again. Your pictures were deleted; start it again.",
             "任务已丢失：学习程序反复被中断。图片已删除，请重新开始。"),
    "lost_pictures": ("This job and its pictures were lost when the studio stopped; start it again.", "工坊停止运行时，这个任务和图片都丢失了，请重新开始。"),
    "folder_in_use": ("Another Avatar Studio keeps its jobs in this folder; give each its own folder with --jobs.",
                      "另一个头像工坊正在使用这个任务文件夹，请用 --jobs 为每个指定不同的文件夹。"),
    "folder_code": ("Jobs cannot be kept inside the program's own folders, which are sent to a Ray cluster; give another folder with --jobs.",
                    "不能把任务保存在程序自己的文件夹里（它们会被发送到 Ray 集群），请用 --jobs 指定另一个。"),
    "folder_unusable": ("Jobs cannot be kept in this folder: {reason}. Give another folder with --jobs.", "无法把任务保存在这个文件夹：{reason}。请用 --jobs 指定另一个。"),
    "folder_damaged": ("The list of jobs, {file}, is damaged. Delete it (all jobs in its folder are then lost), or give another folder with --jobs.",
                       "任务列表 {file} 已损坏：请删除它（该文件夹里的任务会全部丢失），或用 --jobs 指定另一个文件夹。"),
    "style_file": ("This is not a filter that Avatar Studio saved; choose the file that was downloaded here, or open a model's file in the page's “Mine” tab.",
                   "这不是头像工坊保存的滤镜文件，请选择在这里下载的文件；模型文件请在页面的“我的”里打开。"),
    "style_base": ("This filter was learned for another version of Avatar Studio; learn it again from its picture.",
                   "这个滤镜属于另一版本的头像工坊，请用原图重新学习。"),
    "model_file": ("This is not a model that Avatar Studio saved; choose the file that was downloaded here, or open a filter's file in the page's “Style” tab.",
                   "这不是头像工坊保存的模型文件，请选择在这里下载的文件；滤镜文件请在页面的“风格”里打开。"),
    "model_base": ("This model was learned for another version of Avatar Studio; learn it again from its pictures.",
                   "这个模型属于另一版本的头像工坊，请用原来的图片重新学习。"),
    "taken": ("Another file with the same short name is on this machine right now; try again in a day.", "这台机器上暂时有另一个文件使用相同的短名称，请一天后再试。"),
    "style_name": ("A name must have 1 to {most} characters, and no invisible ones.", "名称需为 1 到 {most} 个字符，且不能含有不可见字符。"),
}


class JobError(Told):
    """A job that cannot be. `key` names the reason, a key of SENTENCES."""

    def __init__(self, key: str, **values: int | str):
        self.key = key
        super().__init__(*SENTENCES[key], **values)
