import { describe, expect, test } from 'vitest'
import { acceleratorByName, modelByName, systemByName } from './names.ts'

describe('names of measured tables', () => {
  test.each([
    ['deepseek-ai/DeepSeek-R1', 'deepseek-r1'],
    ['nvidia/DeepSeek-V3.1-NVFP4', 'deepseek-v3'],
    ['nvidia/Llama-3.1-8B-Instruct-FP8', 'llama-3.1-8b'],
    ['Qwen/Qwen3-235B-A22B-FP8', 'qwen3-235b-a22b'],
    ['zai-org/GLM-5-FP8', 'glm-5'],
    ['MiniMaxAI/MiniMax-M2.5', 'minimax-m2.5'],
    ['nvidia/Kimi-K2.5-NVFP4', 'kimi-k2.5'],
    ['LLaMA v3.1 70B', 'llama-3.1-70b'],
    ['LLaMA 7B', 'llama-2-7b'],
    ['llama_70b', 'llama-2-70b'],
    ['llama2-70b-99.9', 'llama-2-70b'],
    ['mixtral-8x7b', 'mixtral-8x7b'],
    ['gptj-99', 'gpt-j-6b'],
    ['GPT-OSS 120B', 'gpt-oss-120b'],
    ['DeepSeek-R1-0528', 'deepseek-r1'],
  ])('model %s', (name, id) => expect(modelByName(name)?.spec.id).toBe(id))

  // A size the catalogue lacks, and a family of several sizes, stay unknown.
  test.each(['Falcon 180B', 'Llama 3.1', 'Qwen/Qwen3', 'constructor', '', '-FP8'])('no model for %j', (name) =>
    expect(modelByName(name)).toBeUndefined(),
  )

  test.each([
    ['h100_sxm', 'h100-sxm'],
    ['H100 80GB', 'h100-sxm'],
    ['NVIDIA H100 PCIe', 'h100-pcie'],
    ['H100-PCIe-80GB', 'h100-pcie'],
    ['b300_sxm', 'b300'],
    ['gb300', 'gb300'],
    ['GH200', 'gh200-96gb'],
    ['RTX6000Pro', 'rtx-pro-6000'],
    ['MI300X', 'mi300x'],
  ])('device %s', (name, id) => expect(acceleratorByName(name)?.id).toBe(id))

  test('a device nobody listed is not taken for a similar one', () => {
    expect(acceleratorByName('h100x')).toBeUndefined()
    expect(acceleratorByName('z9000_sxm')).toBeUndefined()
  })

  test.each([
    ['XE9680_H200_SXM_141GBx8_TRT', 'h200-sxm', 8],
    ['1xMI300X_2xEPYC-9374F', 'mi300x', 1],
    ['8xMI300X_2xEPYC-TURIN', 'mi300x', 8],
    ['XE9680_MI300X_192GBx8', 'mi300x', 8],
    ['ESC4000A_E12_4XH100_TRT', 'h100-sxm', 4],
    ['SMC_H100_SXM_80GBX8_TRT', 'h100-sxm', 8],
    ['R760_H100_PCIe_80GBx2_TRT', 'h100-pcie', 2],
    ['R760xa_H100NVL_PCIe_94GBx4_TRT', 'h100-nvl', 4],
    ['SR675_V3_8xH100_NVL_TRT', 'h100-nvl', 8],
    ['CDI_L40Sx8_TRT', 'l40s', 8],
    ['SR650_V3_3xL40S_TRT', 'l40s', 3],
    ['DGX-H100_H100-SXM-80GBx32_TRT', 'h100-sxm', 32],
    ['H200-SXM-141GB-CTSx8_TRT', 'h200-sxm', 8],
    ['GH200-GraceHopper-Superchip_GH200-144GB_aarch64x1_TRT', 'gh200-144gb', 1],
    ['B200-SXM-180GBx1_TRT', 'b200', 1],
    ['L40S-RedHat-OpenShift', 'l40s', 1],
  ])('system %s', (name, id, count) => {
    const found = systemByName(name)
    expect([found?.accelerator.id, found?.count]).toEqual([id, count])
  })

  test('a system of processors alone names no accelerator', () =>
    expect(systemByName('1-node-2S-EMR-PyTorch')).toBeUndefined())
})
